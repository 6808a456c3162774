/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>

#include "model/class.h"
#include "model/model.h"
#include "schema.h"
#include "unit.h"

/* The rows of the classes against each other and against the tables of the schema. */

static struct db *db;

static void open_db(void)
{
	int version;

	ck_assert_int_eq(
		db_open(&db, unit_path("x.db"), &xn_schema, false, NULL, &version),
		DB_OK);
}

static void close_db(void)
{
	db = db_close(db);
}

/* The first column of the first row; NULL: no row. */
static const char *ask(const char *sql, const char *a, const char *b)
{
	struct db_stmt *stmt;
	const char *answer = NULL;

	ck_assert_int_eq(db_prepare(db, &stmt, sql), DB_OK);
	db_bind_text(stmt, 1, a);
	if (b)
		db_bind_text(stmt, 2, b);
	if (db_step(stmt) == DB_ROW)
		answer = xn_strdup(unit.arena, db_column_text(stmt, 0));
	db_done(stmt);
	return answer;
}

static const struct xenet_field *of_column(
	const struct xenet_class *class, const char *column)
{
	char name[XN_COLUMN_SIZE];

	for (const struct xenet_field *field = class->fields; field->name; field++)
		if (xn_is_stored(field) &&
			strcmp(xn_sql_name(field->name, name), column) == 0)
			return field;
	return NULL;
}

/* "class.field", for messages. */
static const char *name_of(
	const struct xenet_class *class, const struct xenet_field *field)
{
	return xn_printf(unit.arena, "%s.%s", class->name, field->name);
}

/* Each test is run for each class. */

START_TEST(every_stored_field_has_its_column)
{
	const struct xenet_class *class = xn_classes[_i];
	char table[XN_COLUMN_SIZE], column[XN_COLUMN_SIZE];

	xn_sql_name(xn_class_of(class)->name, table);
	for (const struct xenet_field *field = class->fields; field->name; field++) {
		bool number = field->type == XN_INT || field->type == XN_BOOL;
		const char *type;

		if (!xn_is_stored(field))
			continue;
		type = ask("SELECT type FROM pragma_table_info(?1) WHERE name = ?2",
			table, xn_sql_name(field->name, column));
		ck_assert_msg(type, "%s has no column %s", table, column);
		ck_assert_msg(strcmp(type, number ? "INTEGER" : "TEXT") == 0,
			"%s.%s is %s", table, column, type);
	}
}
END_TEST

START_TEST(every_column_has_its_field)
{
	char table[XN_COLUMN_SIZE];
	struct db_stmt *stmt;
	int n = 0;

	if (xn_classes[_i]->of || xn_classes[_i]->none)
		return;
	ck_assert_int_eq(
		db_prepare(db, &stmt, "SELECT name FROM pragma_table_info(?1)"), DB_OK);
	db_bind_text(stmt, 1, xn_sql_name(xn_classes[_i]->name, table));
	for (; db_step(stmt) == DB_ROW; n++)
		ck_assert_msg(of_column(xn_classes[_i], db_column_text(stmt, 0)) != NULL,
			"nobody fills %s.%s", table, db_column_text(stmt, 0));
	db_done(stmt);
	ck_assert_msg(n > 0, "no table %s", table);
}
END_TEST

/* A reference is a foreign key. */
static void check_constraints(const char *table, const struct xenet_field *field)
{
	char column[XN_COLUMN_SIZE], target[XN_COLUMN_SIZE];
	const char *to;

	ck_assert_msg(field->type == XN_REF || !(field->flags & XN_OPTIONAL), "%s.%s",
		table, field->name);
	xn_sql_name(field->name, column);
	to = ask("SELECT \"table\" FROM pragma_foreign_key_list(?1) WHERE \"from\" = ?2",
		table, column);
	ck_assert_msg(!to == (field->type != XN_REF), "%s.%s", table, column);
	if (to)
		ck_assert_str_eq(to, xn_sql_name(field->ref, target));
}

START_TEST(references_are_foreign_keys)
{
	char table[XN_COLUMN_SIZE];

	xn_sql_name(xn_class_of(xn_classes[_i])->name, table);
	for (const struct xenet_field *f = xn_classes[_i]->fields; f->name; f++)
		if (xn_is_stored(f))
			check_constraints(table, f);
}
END_TEST

static bool has_index(const struct xenet_class *class, const struct xenet_field *field)
{
	char table[XN_COLUMN_SIZE], column[XN_COLUMN_SIZE];

	return ask("SELECT 1 FROM pragma_index_list(?1) AS i, pragma_index_info(i.name)"
		   " AS c WHERE c.seqno = 0 AND c.name = ?2",
		       xn_sql_name(class->name, table),
		       xn_sql_name(field->name, column)) != NULL;
}

/* Whatever refers can be found without a scan, when its target is to be deleted. */
START_TEST(references_that_mind_have_an_index)
{
	for (const struct xenet_field *f = xn_classes[_i]->fields; f->name; f++)
		ck_assert_msg(!f->in_use || has_index(xn_classes[_i], f), "%s",
			name_of(xn_classes[_i], f));
}
END_TEST

static size_t size_of(const struct xenet_field *field)
{
	return field->type == XN_INT	? sizeof(int64_t)
	       : field->type == XN_BOOL ? sizeof(bool)
					: sizeof(const char *);
}

static bool overlap(const struct xenet_field *a, const struct xenet_field *b)
{
	return xn_is_stored(a) && xn_is_stored(b) && a->offset < b->offset + size_of(b) &&
	       b->offset < a->offset + size_of(a);
}

START_TEST(members_do_not_overlap)
{
	const struct xenet_class *class = xn_class_of(xn_classes[_i]);

	for (const struct xenet_field *a = class->fields; a->name; a++) {
		if (!xn_is_stored(a))
			continue;
		ck_assert_uint_le(a->offset + size_of(a), class->size);
		ck_assert_uint_eq(a->offset % size_of(a), 0);
		ck_assert_msg(a->offset >= sizeof(struct xn_object) || a == class->fields,
			"%s", name_of(class, a));
		for (const struct xenet_field *b = a + 1; b->name; b++)
			ck_assert_msg(
				!overlap(a, b), "%s and %s", name_of(class, a), b->name);
	}
}
END_TEST

START_TEST(names_are_unique)
{
	const struct xenet_class *class = xn_classes[_i];
	char a[XN_COLUMN_SIZE], b[XN_COLUMN_SIZE];

	ck_assert_ptr_eq(xenet_class_find(class->name), class);
	ck_assert_str_eq(class->fields->name, "uuid");
	for (const struct xenet_field *field = class->fields; field->name; field++) {
		ck_assert_ptr_eq(xn_field(class, field->name), field);
		ck_assert_uint_lt(strlen(field->name), XN_COLUMN_SIZE - 1);
		for (const struct xenet_field *f = field + 1; f->name; f++)
			ck_assert_str_ne(
				xn_sql_name(field->name, a), xn_sql_name(f->name, b));
	}
}
END_TEST

static void check_choices(
	const struct xenet_class *class, const struct xenet_field *field)
{
	const char *c = field->choices;
	bool has_initial = false;

	for (; c; c = strchr(c, '|') ? strchr(c, '|') + 1 : NULL) {
		char *choice = xn_strndup(unit.arena, c, strcspn(c, "|"));

		ck_assert_msg(choice[0], "%s.%s", class->name, field->name);
		has_initial = has_initial ||
			      (field->initial && strcmp(field->initial, choice) == 0);
	}
	ck_assert_msg(has_initial, "%s.%s", class->name, field->name);
}

START_TEST(enums_have_choices)
{
	const struct xenet_class *class = xn_classes[_i];

	for (const struct xenet_field *f = class->fields; f->name; f++) {
		ck_assert_msg((f->type == XN_ENUM) == (f->choices != NULL), "%s",
			name_of(class, f));
		if (f->choices)
			check_choices(class, f);
	}
}
END_TEST

static bool is_earlier(const char *name, const struct xenet_class *than)
{
	for (size_t i = 0; xn_classes[i] && xn_classes[i] != than; i++)
		if (strcmp(xn_classes[i]->name, name) == 0)
			return true;
	return false;
}

/* SQL judges it when all rows are there. */
static bool is_deferred(const struct xenet_class *class, const struct xenet_field *field)
{
	char table[XN_COLUMN_SIZE], column[XN_COLUMN_SIZE];
	const char *sql = ask("SELECT sql FROM sqlite_schema WHERE name = ?1",
		xn_sql_name(class->name, table), NULL);
	const char *at = strstr(sql, xn_sql_name(field->name, column));
	const char *end = strchr(at, '\n');
	const char *word = strstr(at, "INITIALLY DEFERRED");

	return word && word < end;
}

/* A derived reference may look anywhere; a stored one is saved after its target. */
START_TEST(references_are_to_earlier_classes)
{
	const struct xenet_class *class = xn_classes[_i];

	for (const struct xenet_field *f = class->fields; f->name; f++) {
		bool stored = xn_is_stored(f) && f->type == XN_REF;

		ck_assert_msg(!stored || (f->ref && (is_earlier(f->ref, class) ||
							    is_deferred(class, f))),
			"%s", name_of(class, f));
		ck_assert_msg(!f->ref || f->flags & XN_FIXED || xenet_class_find(f->ref),
			"%s", name_of(class, f));
	}
}
END_TEST

START_TEST(fields_make_sense)
{
	for (const struct xenet_field *f = xn_classes[_i]->fields; f->name; f++) {
		bool live = f->access == XN_LIVE, set = f->type == XN_SET;
		bool ok = f->summary && f->summary[0] && live == (f->live != NULL) &&
			  (!live || !f->sql) &&
			  (f->access != XN_RW || !f->sql == !(f->flags & XN_FIXED)) &&
			  (!f->max || f->type == XN_TEXT ||
				  (f->type == XN_INT && f->min <= f->max)) &&
			  (set || !(f->flags & (XN_COMMAS | XN_ASSIGNABLE)));

		ck_assert_msg(ok, "%s", name_of(xn_classes[_i], f));
		ck_assert_msg(f->summary[strlen(f->summary) - 1] != '.', "%s",
			name_of(xn_classes[_i], f));
	}
}
END_TEST

/* A new object has a value for every column, but for references. */
START_TEST(new_objects_are_complete)
{
	struct xn_model *m = xn_model_new(unit.arena, db);
	const struct xenet_class *class = xn_class_of(xn_classes[_i]);
	struct xn_object *object = NULL;

	assert_ok(xn_new(m, class, &object, &unit.err));
	for (const struct xenet_field *f = class->fields; f->name; f++)
		ck_assert_msg(!xn_is_stored(f) || f->type == XN_REF ||
				      xn_value_get(m, object, f),
			"%s", name_of(class, f));
}
END_TEST

static void check_params(const struct xenet_class *class, const struct xenet_verb *verb)
{
	struct xenet_param param, earlier;
	bool optional = false;

	for (size_t i = 0; xenet_param_at(class, verb, i, &param); i++) {
		ck_assert_msg(param.summary && param.summary[0], "%s-%s %s", class->name,
			verb->name, param.name);
		ck_assert_msg(!param.required || !optional, "%s-%s %s", class->name,
			verb->name, param.name);
		optional = optional || !param.required;
		for (size_t k = 0; k < i; k++) {
			xenet_param_at(class, verb, k, &earlier);
			ck_assert_msg(strcmp(param.name, earlier.name) != 0, "%s-%s %s",
				class->name, verb->name, param.name);
		}
	}
}

/* One of another class's objects has its fields, one without objects stores nothing. */
START_TEST(classes_without_a_table)
{
	const struct xenet_class *class = xn_classes[_i];

	if (class->of)
		ck_assert(class->fields == class->of->fields && !class->of->of &&
			  !class->check && !class->desire && !class->size);
	for (const struct xenet_field *f = class->fields; f->name && class->none; f++)
		ck_assert(!xn_is_stored(f) && f->access == XN_RO);
}
END_TEST

START_TEST(verbs_make_sense)
{
	const struct xenet_class *class = xn_classes[_i], *found_class;
	const struct xenet_verb *verb, *found;

	for (size_t i = 0; (verb = xenet_verb_at(class, i)); i++) {
		char name[XENET_COMMAND_SIZE];
		const char *command = xenet_command_name(class, verb, name);
		ck_assert_msg(verb->run && verb->summary[0], "%s", command);
		ck_assert(xenet_command_find(command, &found_class, &found));
		ck_assert_ptr_eq(found_class, class);
		ck_assert_ptr_eq(found, verb);
		ck_assert_msg(isupper((unsigned char)verb->summary[0]), "%s", command);
		check_params(class, verb);
	}
}
END_TEST

START_TEST(every_table_has_its_class)
{
	char table[XN_COLUMN_SIZE];
	const char *others;
	struct xn_text names = XN_TEXT(unit.arena);

	xn_text_add(&names, "[\"sequence\"");
	for (size_t i = 0; xn_classes[i]; i++)
		xn_text_addf(&names, ",\"%s\"", xn_sql_name(xn_classes[i]->name, table));
	xn_text_add(&names, "]");
	others = ask("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN"
		     " (SELECT value FROM json_each(?1)) AND name NOT LIKE 'sqlite_%'",
		xn_text_end(&names), NULL);
	ck_assert_msg(!others, "no class of table %s", others);
}
END_TEST

static void add_tests(TCase *tests)
{
	int n = 0;

	while (xn_classes[n])
		n++;
	tcase_add_checked_fixture(tests, open_db, close_db);
	tcase_add_test(tests, every_table_has_its_class);
	tcase_add_loop_test(tests, every_stored_field_has_its_column, 0, n);
	tcase_add_loop_test(tests, every_column_has_its_field, 0, n);
	tcase_add_loop_test(tests, references_are_foreign_keys, 0, n);
	tcase_add_loop_test(tests, references_that_mind_have_an_index, 0, n);
	tcase_add_loop_test(tests, members_do_not_overlap, 0, n);
	tcase_add_loop_test(tests, names_are_unique, 0, n);
	tcase_add_loop_test(tests, enums_have_choices, 0, n);
	tcase_add_loop_test(tests, references_are_to_earlier_classes, 0, n);
	tcase_add_loop_test(tests, fields_make_sense, 0, n);
	tcase_add_loop_test(tests, new_objects_are_complete, 0, n);
	tcase_add_loop_test(tests, classes_without_a_table, 0, n);
	tcase_add_loop_test(tests, verbs_make_sense, 0, n);
}

int main(void)
{
	return unit_main("descriptors", add_tests);
}
